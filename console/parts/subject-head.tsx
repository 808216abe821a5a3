import type { ReactNode } from "react";

type Props = {
  /** Which one it is and since when, in a line. */
  readonly intro: ReactNode;
  readonly title: ReactNode;
  /** What is to be known of it at a glance: some `Fact`s. */
  readonly facts: ReactNode;
  /** Further lines between the title and the facts. */
  readonly lead?: ReactNode;
  /** How far it has come, beside all that. */
  readonly steps?: ReactNode;
  readonly state: ReactNode;
  /** Why it stands there: a paragraph. */
  readonly standing: ReactNode;
  /** What this person can do about it. */
  readonly buttons: ReactNode;
};

/** The head of a page about one thing: what it is, where it stands and why, and what can be done about it. */
export function SubjectHead({ intro, title, facts, lead, steps, state, standing, buttons }: Props) {
  return (
    <header className="panel change-head">
      <div>
        <p className="soft">{intro}</p>
        <h1>{title}</h1>
        {lead}
        <dl className="facts">{facts}</dl>
      </div>
      {steps}
      <div className="standing">
        {state}
        {standing}
        <div className="buttons">{buttons}</div>
      </div>
    </header>
  );
}

/** A name and what stands for it, in a list of facts. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
