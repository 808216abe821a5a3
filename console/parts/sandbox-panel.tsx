import { Button, NativeSelect, Switch } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { Faults, SandboxView, Session } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { readAgain, sandboxQuery, sessionQuery, statusQuery } from "../queries.ts";
import { tellFailure } from "./problem.tsx";
import { ReasonedButton } from "./reasoned-button.tsx";

/** Release a change, break a system: what makes the thread move when nothing real is connected. */
export function SandboxPanel({ sandbox: { drafts, faults } }: { sandbox: SandboxView }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const notAllowed = session.role === "viewer" ? "You are signed in as viewer; an operator does this." : null;
  return (
    <aside className="stack sandbox" aria-label="Sandbox">
      <section className="panel">
        <div className="panel-head">
          <h2>Try it</h2>
          <span className="soft small">sandbox PLM</span>
        </div>
        <div className="panel-body" style={{ paddingTop: 5, paddingBottom: 5 }}>
          {drafts.length === 0 ? (
            <p className="soft" style={{ padding: "9px 0" }}>
              Every draft is released. A fresh data folder starts the sandbox anew.
            </p>
          ) : (
            drafts.map((draft) => <Draft key={draft.change} {...draft} notAllowed={notAllowed} />)
          )}
        </div>
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Break something</h2>
          {notAllowed === null ? null : <span className="soft small">{notAllowed}</span>}
        </div>
        <div className="panel-body systems">
          {Object.entries(faults).map(([system, set]) => (
            <FaultSwitches key={system} system={system} faults={set} role={session.role} />
          ))}
        </div>
      </section>
    </aside>
  );
}

function Draft({ change, title, notAllowed }: { change: string; title: string; notAllowed: string | null }) {
  const client = useQueryClient();
  const release = useMutation({
    mutationFn: () => api.release(change),
    onSuccess: () => readAgain(client),
    onError: tellFailure,
  });
  return (
    <div className="draft">
      <div>
        <span className="id">{change}</span>
        <p className="soft">{title}</p>
      </div>
      {notAllowed === null ? (
        <Button
          size="compact-sm"
          variant="light"
          loading={release.isPending}
          onClick={() => release.mutate()}
          aria-label={`Release ${change}`}
        >
          Release
        </Button>
      ) : (
        <ReasonedButton size="compact-sm" disabledReason={notAllowed} onClick={() => release.mutate()}>
          Release
        </ReasonedButton>
      )}
    </div>
  );
}

const PERCENTS = [0, 10, 30, 60, 100];
const LATENCIES = [0, 200, 1_000, 5_000];

type Shares = "tooManyRequestsPercent" | "serverErrorPercent" | "cutAfterWritePercent";

const SHARES: Readonly<Record<Shares, string>> = {
  tooManyRequestsPercent: "Is too busy (429)",
  serverErrorPercent: "Fails (500)",
  cutAfterWritePercent: "Loses answers to writes",
};

type FaultProps = { system: string; faults: Faults; role: Session["role"] };

function FaultSwitches({ system, faults, role }: FaultProps) {
  const client = useQueryClient();
  const set = useMutation({
    mutationFn: (change: Partial<Faults>) => api.setFaults(system, { ...faults, ...change }),
    onSettled: () => client.invalidateQueries({ queryKey: sandboxQuery.queryKey }),
    onError: tellFailure,
  });
  const { data: status } = useSuspenseQuery(statusQuery);
  const sendsWebhooks = status.connections.some((each) => each.system === system && each.kind === "sandbox-plm");
  const shown = { ...faults, ...(set.isPending ? set.variables : {}) };
  const disabled = role === "viewer";
  return (
    <fieldset className="faults">
      <legend>{system}</legend>
      <label className="fault">
        Answers late
        <NativeSelect
          size="xs"
          disabled={disabled}
          value={shown.latencyMs}
          data={choices(LATENCIES, shown.latencyMs, (ms) => (ms === 0 ? "no" : `by ${ms / 1_000} s`))}
          onChange={({ currentTarget }) => set.mutate({ latencyMs: Number(currentTarget.value) })}
        />
      </label>
      {(Object.keys(SHARES) as Shares[]).map((name) => (
        <label className="fault" key={name}>
          {SHARES[name]}
          <NativeSelect
            size="xs"
            disabled={disabled}
            value={shown[name]}
            data={choices(PERCENTS, shown[name], (share) => (share === 0 ? "never" : `${share} %`))}
            onChange={({ currentTarget }) => set.mutate({ [name]: Number(currentTarget.value) })}
          />
        </label>
      ))}
      {sendsWebhooks ? (
        <>
          <Switch
            mt={6}
            size="xs"
            disabled={disabled}
            label="Sends each webhook twice"
            checked={shown.duplicateWebhooks}
            onChange={({ currentTarget }) => set.mutate({ duplicateWebhooks: currentTarget.checked })}
          />
          <Switch
            mt={8}
            size="xs"
            disabled={disabled}
            label="Sends webhooks out of order"
            checked={shown.reorderWebhooks}
            onChange={({ currentTarget }) => set.mutate({ reorderWebhooks: currentTarget.checked })}
          />
        </>
      ) : null}
    </fieldset>
  );
}

/** The usual values, and the one that is set when it is none of them. */
function choices(usual: readonly number[], set: number, label: (value: number) => string) {
  return [...new Set([...usual, set])]
    .toSorted((a, b) => a - b)
    .map((value) => ({ value: String(value), label: label(value) }));
}
