/** Drawn, since not every machine has a font that holds these signs. Each is beside words that say the same. */
const PATHS = {
  check: "M3 8.5l3.5 3.5L13 4.5",
  caret: "M4 6l4 4 4-4",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9L13 13M13 3l-1.1 1.1M4.1 11.9L3 13",
} as const;

export function Icon({ name, size = 14 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden focusable={false}>
      <path d={PATHS[name]} />
    </svg>
  );
}
