import type { ConnectorError } from "../connectors/connector-error.ts";

/** What a system failed at, where, and what to do about it, for a person. */
export function failureText(error: ConnectorError): string {
  const { object, field } = error.at;
  const where = [object, field].filter((part) => part !== undefined).join(", ");
  return `${error.message}${where === "" ? "" : ` (${where})`}. ${error.fix}`;
}
