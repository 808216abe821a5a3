import { useId } from "react";
import { Button, Tooltip, type ButtonProps } from "@mantine/core";

type Props = ButtonProps & {
  readonly onClick: () => void;
  /** Why it cannot be pressed now; null when it can. */
  readonly disabledReason: string | null;
};

/** A button that says why it is disabled; it keeps its place in the tab order so that anyone can ask. */
export function ReasonedButton({ disabledReason, onClick, ...button }: Props) {
  const reason = useId();
  if (disabledReason === null) return <Button {...button} onClick={onClick} />;
  return (
    <>
      <Tooltip label={disabledReason} multiline maw={300} withArrow events={{ hover: true, focus: true, touch: true }}>
        <Button {...button} variant="default" data-disabled aria-disabled aria-describedby={reason} />
      </Tooltip>
      <span id={reason} className="heard">
        {disabledReason}
      </span>
    </>
  );
}
