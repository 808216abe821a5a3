/** `1234567.50 EUR` → `1,234,567.50 EUR`: separators in the whole part of the number that a text starts with. */
export function grouped(text: string): string {
  return text.replace(/^([-+]?)(\d+)/, (_, sign: string, digits: string) => sign + withSeparators(digits));
}

function withSeparators(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
