import type { Tone } from "./state.tsx";

type Figure = { readonly name: string; readonly value: string; readonly tone?: Tone | undefined };

/** A few figures in a row that answer "how does it stand?" at a glance. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className="figures">
      {figures.map(({ name, value, tone }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-tone={tone}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
