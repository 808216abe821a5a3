import type { Format } from "../../src/api/contract.ts";

/** The same rows as a file; `of` says which, for those who go from link to link. */
export function ExportLinks({ of, path }: { of: string; path: (format: Format) => string }) {
  return (
    <span className="end export">
      <a href={path("csv")} download>
        CSV<span className="heard"> of {of}</span>
      </a>
      <a href={path("xlsx")} download>
        Excel<span className="heard"> of {of}</span>
      </a>
    </span>
  );
}
