import { Link } from "@tanstack/react-router";
import { grouped } from "../../src/domain/grouped.ts";
import { api, type Change } from "../api.ts";
import { LookAgain } from "../parts/look-again.tsx";
import { Moment } from "../parts/moment.tsx";
import { StandingReason } from "../parts/standing-reason.tsx";
import { RunStateWord } from "../parts/state.tsx";
import { Stepper } from "../parts/stepper.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { actionsDone } from "../plan-progress.ts";
import { stepsOf } from "../steps.ts";
import { DecisionButtons } from "./decision-buttons.tsx";
import { RollBack } from "./roll-back.tsx";

/** What the change is, how far it has come, why it stands there, and what this person can do about it. */
export function ChangeHead({ change: { row, plan } }: { change: Change }) {
  const change = plan?.plan.change;
  const steps = stepsOf({
    state: row.state,
    plan:
      plan === null
        ? null
        : {
            state: plan.state,
            actions: plan.plan.actions.length,
            done: actionsDone(plan),
          },
  });
  return (
    <SubjectHead
      intro={
        <>
          <span className="id">{row.change}</span> in plant <span className="id">{row.plant}</span> · updated{" "}
          <Moment at={row.updatedAt} />
        </>
      }
      title={row.title}
      facts={
        <>
          {change === undefined ? null : (
            <>
              {change.reason === "" ? null : <Fact name="Reason">{change.reason}</Fact>}
              <Fact name="Released by">{change.releasedBy ?? "–"}</Fact>
              <Fact name="Effective">
                {change.effectiveFrom === null ? "as soon as published" : `from ${change.effectiveFrom}`}
              </Fact>
              {change.supersedes === null ? null : (
                <Fact name="Supersedes">
                  <Link to="/changes/$change/$plant" params={{ change: change.supersedes, plant: row.plant }}>
                    {change.supersedes}
                  </Link>
                </Fact>
              )}
            </>
          )}
        </>
      }
      steps={<Stepper steps={steps} />}
      state={<RunStateWord state={row.state} />}
      standing={
        <p>
          <StandingReason row={row} />
          <AskedConflicts change={row.change} plant={row.plant} plan={plan} />
          {plan?.decision ? (
            <span className="soft">
              {" "}
              {plan.decision.decision === "approve" ? "Approved" : "Refused"} by {plan.decision.by}: “
              {plan.decision.reason}”
            </span>
          ) : null}
        </p>
      }
      buttons={
        <>
          <LookAgain
            subject={{ kind: "change", key: row.change, plant: row.plant }}
            ask={() => api.lookAgain(row.change, row.plant)}
          />
          <RollBack row={row} />
          <DecisionButtons row={row} plan={plan} />
        </>
      }
    />
  );
}

/** The way to what a person has to answer before the change can go on. */
function AskedConflicts({ change, plant, plan }: { change: string; plant: string; plan: Change["plan"] }) {
  const asked = (plan?.plan.mboms ?? []).reduce((sum, { merge }) => sum + (merge?.conflicts.length ?? 0), 0);
  if (asked === 0) return null;
  return (
    <>
      {" "}
      <Link to="/conflicts" search={{ change, plant }}>
        {asked === 1 ? "Answer its conflict" : `Answer its ${grouped(String(asked))} conflicts`}
      </Link>
    </>
  );
}
