/**
 * One line of CSV by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP asks:
 * numbers of lots and serials are the shop floor's to choose.
 */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => field(value ?? "")).join(",")}\r\n`;
}

function field(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
