import { useId, useState } from "react";
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ThreadNodeView, TracePart, TraceStep } from "../../src/api/contract.ts";
import { nodeText } from "../../src/domain/trace/node-name.ts";
import { isSameNode, nodeKey, RELATIONS, type Direction } from "../../src/domain/trace/relations.ts";
import { clockTime } from "../format.ts";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { traceStepQuery } from "../queries.ts";
import { NodeLink, OwnPage } from "./node-link.tsx";

type Props = {
  readonly node: ThreadNodeView;
  readonly direction: Direction;
  /** Things on the way here: one that comes again is not expanded once more. */
  readonly above: readonly ThreadNodeView[];
  /** How many levels below are open from the start. */
  readonly openLevels: number;
};

/** One step from a thing: its links in a direction, each of which opens its own step. */
export function TraceBranch({ node, direction, above, openLevels }: Props) {
  const { data, error, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(traceStepQuery(node, direction));
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (data === undefined) return <p className="soft small">Looking…</p>;
  const parts = data.pages;
  const steps = parts.flatMap((part) => part.steps);
  const missing = parts[0]?.missing.filter((one) => isSameNode(one.node, node)) ?? [];
  const more = parts.at(-1)?.more.find((one) => isSameNode(one.node, node));
  if (steps.length === 0 && missing.length === 0) {
    const isBeginning = direction === "back" && node.kind === "change";
    return <p className="trace-end soft small">{isBeginning ? "The thread begins here." : ENDS[direction]}</p>;
  }
  return (
    <ul className="trace">
      {steps.map((step) => (
        <Step
          key={`${step.relation} ${nodeKey(step.to)}`}
          step={step}
          direction={direction}
          above={[...above, node]}
          openLevels={openLevels - 1}
        />
      ))}
      {more === undefined ? null : (
        <li>
          <Button
            variant="default"
            size="compact-sm"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
            aria-label={`Show more of ${nodeText(node)}`}
          >
            Show more
          </Button>{" "}
          <span className="soft small">{leftText(more)}</span>
        </li>
      )}
      {missing.map(({ sentence }) => (
        <li key={sentence} className="missing">
          <span className="state" data-tone="warn">
            missing
          </span>{" "}
          {sentence}
        </li>
      ))}
    </ul>
  );
}

const ENDS: Readonly<Record<Direction, string>> = {
  back: "Nothing is known of where it came from.",
  forward: "Nothing is known to have come of it.",
};

function leftText({ count, isAtLeast }: TracePart["more"][number]): string {
  return `${isAtLeast ? "at least " : ""}${count.toLocaleString("en")} more`;
}

type StepProps = Omit<Props, "node"> & { readonly step: TraceStep };

function Step({ step, direction, above, openLevels }: StepProps) {
  const { from, to, relation } = step;
  const [isOpen, setOpen] = useState(openLevels > 0);
  const panel = useId();
  const comesAgain = above.some((node) => isSameNode(node, to));
  const isFrom = RELATIONS[relation].earlier === (direction === "forward" ? "from" : "to");
  const says = isFrom ? RELATIONS[relation].says : RELATIONS[relation].saysBack;
  return (
    <li>
      <div className="trace-step">
        {comesAgain ? (
          <span className="trace-knot" aria-hidden />
        ) : (
          <button
            type="button"
            className="trace-knot"
            aria-expanded={isOpen}
            aria-controls={panel}
            aria-label={`${direction === "back" ? "What it came from" : "What came of it"}: ${nodeText(to)}`}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? "−" : "+"}
          </button>
        )}
        <p>
          <span className="heard">{nodeText(from)} </span>
          <span className="soft">{says}</span> <NodeLink node={to} /> <When step={step} />{" "}
          <OwnPage node={to} subject={step.subject} />
          {comesAgain ? <span className="soft small"> shown above</span> : null}
        </p>
      </div>
      <div id={panel}>
        {isOpen && !comesAgain ? (
          <TraceBranch node={to} direction={direction} above={above} openLevels={openLevels} />
        ) : null}
      </div>
    </li>
  );
}

function When({ step: { happenedAt, at, who, subject } }: { step: TraceStep }) {
  return (
    <span className="soft small" title={`Noted ${at} by the run of ${subject}`}>
      <time dateTime={happenedAt ?? at}>{happenedAt === null ? `noted ${clockTime(at)}` : clockTime(happenedAt)}</time>
      {who === null ? null : ` by ${who}`}
    </span>
  );
}
