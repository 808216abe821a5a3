import { createTheme, Drawer, Modal, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Named after the dyes that coloured thread: woad is blue, madder red, weld yellow, verdigris green. */
const woad: MantineColorsTuple = [
  "#eaf2f9",
  "#d3e3f1",
  "#a9c9e4",
  "#7eb0d9",
  "#5a98cb",
  "#3d80b6",
  "#2a699d",
  "#1d5484",
  "#17446c",
  "#113555",
];
const madder: MantineColorsTuple = [
  "#fbeceb",
  "#f5d5d3",
  "#ebacaa",
  "#e18683",
  "#d3625f",
  "#c04643",
  "#a93330",
  "#8f2825",
  "#77201e",
  "#5d1817",
];

/** Mantine's greys of the dark scheme, from text to the deepest ground, with the blue of ours. */
const dark: MantineColorsTuple = [
  "#e5e9ec",
  "#c5cdd4",
  "#a3adb7",
  "#6d7883",
  "#3c4650",
  "#2a323a",
  "#1d232a",
  "#171c22",
  "#12171c",
  "#0b0f13",
];

export const theme = createTheme({
  colors: { woad, madder, dark },
  primaryColor: "woad",
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 5,
  fontFamily: 'Inter, "IBM Plex Sans", "Segoe UI", system-ui, -apple-system, "Noto Sans", "Open Sans", sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", "IBM Plex Mono", "Cascadia Code", ui-monospace, Menlo, Consolas, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: { fontWeight: "600" },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  // A dialog's head is no banner of the page, which a bare <header> would be to a screen reader.
  components: {
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
    Drawer: Drawer.extend({ defaultProps: { attributes: { header: { role: "presentation" } } } }),
  },
});

/** Mantine's own surfaces follow ours, which heddle.css names. */
export const cssVariables: CSSVariablesResolver = () => {
  const ours = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-dimmed": "var(--ink-soft)",
    "--mantine-color-placeholder": "var(--ink-soft)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-woad-light": "var(--accent-wash)",
    "--mantine-color-woad-light-hover": "var(--hover)",
    "--mantine-color-woad-light-color": "var(--accent)",
    "--mantine-color-disabled": "var(--sunken)",
    "--mantine-color-disabled-color": "var(--ink-soft)",
    "--mantine-color-disabled-border": "var(--line)",
  };
  return { variables: {}, light: ours, dark: ours };
};
