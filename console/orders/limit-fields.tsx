import { Group, TextInput } from "@mantine/core";
import { endOfDay } from "../format.ts";

/** What a person has typed of a deviation's limits; both may be empty. */
export type Limits = { readonly quantity: string; readonly lastDay: string };
export const NO_LIMITS: Limits = { quantity: "", lastDay: "" };

type Props = { readonly limits: Limits; readonly onChange: (limits: Limits) => void; readonly of: string };

/** How much may be built by a deviation, and how long. */
export function LimitFields({ limits, onChange, of }: Props) {
  return (
    <Group gap={12} align="flex-start" grow>
      <TextInput
        label="At most"
        description={`${of}; empty for no limit.`}
        inputMode="decimal"
        value={limits.quantity}
        onChange={({ currentTarget }) => onChange({ ...limits, quantity: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="Until the end of"
        description="Then the gate closes again; empty for no limit."
        value={limits.lastDay}
        onChange={({ currentTarget }) => onChange({ ...limits, lastDay: currentTarget.value })}
      />
    </Group>
  );
}

/** As the API takes them. */
export function givenLimits({ quantity, lastDay }: Limits): { quantity?: string; until?: string } {
  return {
    ...(quantity.trim() === "" ? {} : { quantity: quantity.trim() }),
    ...(lastDay === "" ? {} : { until: endOfDay(lastDay) }),
  };
}
