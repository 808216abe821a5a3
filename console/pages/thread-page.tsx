import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ThreadNodeView } from "../../src/api/contract.ts";
import { capital } from "../../src/domain/trace/link-sentence.ts";
import { nodeName, nodeText } from "../../src/domain/trace/node-name.ts";
import type { Direction } from "../../src/domain/trace/relations.ts";
import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/title.ts";
import { threadFoundQuery } from "../queries.ts";
import { AsBuiltPanel } from "../thread/as-built-panel.tsx";
import { NodeLink } from "../thread/node-link.tsx";
import { ThreadSearchBox } from "../thread/thread-search.tsx";
import { TraceBranch } from "../thread/trace-branch.tsx";

const route = getRouteApi("/inside/thread");

/** The thread of one thing, step by step: the address names it, by what was typed or by its whole identity. */
export function ThreadPage() {
  useTitle("Thread");
  const { text, system, kind, id } = route.useSearch();
  const isWhole = system !== undefined && kind !== undefined && id !== undefined;
  const typed = isWhole ? nodeName({ system, kind, id }).name : (text ?? "");
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Thread</h1>
        <p className="soft">From any number back to the engineering change, and forward again.</p>
        <div className="end">
          <Link to="/recall">Recall</Link>
        </div>
      </div>
      <ThreadSearchBox key={typed} text={typed} />
      {isWhole ? <Traced node={{ system, kind, id }} /> : text === undefined ? <Begin /> : <Found text={text} />}
    </main>
  );
}

function Begin() {
  return (
    <Empty title="Where to begin?">
      Write a serial, lot, item, order, change or report number above, or only its beginning.
    </Empty>
  );
}

function Found({ text }: { text: string }) {
  const { data } = useSuspenseQuery(threadFoundQuery(text));
  const [only] = data.nodes;
  if (only !== undefined && data.nodes.length === 1 && data.by === "name") return <Traced node={only} />;
  if (data.nodes.length === 0) {
    return (
      <Empty title={`Nothing is called ${text}, or begins so`}>
        Looked for among serials, lots, items, orders, changes, reports and all else that Heddle has handled or the shop
        floor has told of.
      </Empty>
    );
  }
  return (
    <section className="panel" aria-label="To choose from">
      <div className="panel-head">
        <h2>
          {data.by === "name" ? `Several things are called ${text}` : `Nothing is called ${text}; these begin so`}
        </h2>
      </div>
      <ul className="panel-body choices">
        {data.nodes.map((node) => (
          <li key={`${node.system} ${node.kind} ${node.id}`}>
            <NodeLink node={node} /> <span className="soft small">in {node.system}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Levels that are open from the start: a serial's order and its change are seen at once. */
const OPEN_LEVELS: Readonly<Record<Direction, number>> = { back: 3, forward: 1 };
const TITLES: Readonly<Record<Direction, string>> = { back: "Where it came from", forward: "What came of it" };

function Traced({ node }: { node: ThreadNodeView }) {
  const { name, item } = nodeName(node);
  const isPiece = (node.kind === "serial" || node.kind === "lot") && item !== null;
  return (
    <>
      <header className="page-head" style={{ marginBottom: 0 }}>
        <h2 className="traced">{capital(nodeText(node))}</h2>
        <p className="soft">in {node.system}</p>
        <div className="end">
          {isPiece ? (
            <Link to="/recall" search={{ [node.kind]: name, item }}>
              Recall all built with it
            </Link>
          ) : null}
          {node.kind === "change" ? (
            <Link to="/recall" search={{ before: node.id }}>
              Recall all built before it
            </Link>
          ) : null}
        </div>
      </header>
      <div className="two-ways">
        {(["back", "forward"] as const).map((direction) => (
          <section key={direction} className="panel" aria-label={TITLES[direction]}>
            <div className="panel-head">
              <h3>{TITLES[direction]}</h3>
            </div>
            <div className="panel-body">
              <TraceBranch
                key={`${node.system} ${node.kind} ${node.id}`}
                node={node}
                direction={direction}
                above={[]}
                openLevels={OPEN_LEVELS[direction]}
              />
            </div>
          </section>
        ))}
      </div>
      {isPiece ? <AsBuiltPanel node={node} /> : null}
    </>
  );
}
