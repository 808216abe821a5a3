import { explain } from "../../src/domain/bom/explain.ts";
import type { MbomLine } from "../../src/domain/mbom.ts";
import { fieldText } from "../../src/domain/plan-in-words.ts";
import { quantity } from "../format.ts";
import type { CompareLine } from "../mbom-compare.ts";
import { Rules } from "../parts/rules.tsx";

/** Where one mBOM line comes from: eBOM lines, shares, rules; and which fields moved. */
export function LineWhy({ line: { before, after, kind, fields, change } }: { line: CompareLine }) {
  const line = after ?? before;
  if (line === null) return null;
  const decisions = change.decisions.filter(({ outcome }) => "line" in outcome && outcome.line === line.key);
  return (
    <div className="stack">
      <dl className="pairs">
        <dt>mBOM</dt>
        <dd>{change.key}</dd>
        <dt>Line</dt>
        <dd>{line.key}</dd>
        <dt>This change</dt>
        <dd>{KIND_TEXTS[kind]}</dd>
        {fields.map((field) => (
          <div key={field} style={{ display: "contents" }}>
            <dt>{field}</dt>
            <dd>
              {before === null ? "" : fieldText(before, field)} →{" "}
              <strong>{after === null ? "" : fieldText(after, field)}</strong>
            </dd>
          </div>
        ))}
      </dl>
      <Origin line={line} />
      {decisions.length === 0 ? null : (
        <section className="words">
          <h3>Decisions that led here</h3>
          <ol>
            {decisions.map((decision) => (
              <li key={decision.path.join("/")}>{explain(decision)}</li>
            ))}
          </ol>
        </section>
      )}
      {kind === "removed" ? (
        <p className="soft">No eBOM line of the new revision and no rule leads to this line any more.</p>
      ) : null}
    </div>
  );
}

const KIND_TEXTS = {
  added: "adds this line",
  removed: "takes this line away",
  changed: "changes this line",
  same: "leaves this line as it is",
} as const;

function Origin({ line: { origin } }: { line: MbomLine }) {
  if (origin.kind === "planner") return <p>A planner added this line in the plant; engineering does not know it.</p>;
  if (origin.kind === "rule") {
    return (
      <p>
        Added by rule <Rules names={[origin.rule]} />
        {origin.driver === null ? ", once per assembly." : `, for eBOM line ${origin.driver.join("/")}.`}
      </p>
    );
  }
  return (
    <section>
      <table className="table">
        <caption className="heard">eBOM lines behind this mBOM line</caption>
        <thead>
          <tr>
            <th scope="col">eBOM line</th>
            <th scope="col" data-align="right">
              Gave
            </th>
            <th scope="col">By rules</th>
          </tr>
        </thead>
        <tbody>
          {origin.from.map(({ path, quantity: share, rules }) => (
            <tr key={path.join("/")}>
              <td className="id">{path.join(" / ")}</td>
              <td data-align="right">{quantity(share)}</td>
              <td>
                <Rules names={rules} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
