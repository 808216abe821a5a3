import { useState, type ReactNode, type SubmitEvent } from "react";
import { Button, Group, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ProblemNote, problemOf } from "./problem.tsx";

const REASON_MIN = 3;
const REASON_MAX = 1_000;

type Props = {
  /** What will happen, before a person says why it should. */
  readonly sentence: string;
  readonly submit: string;
  /** What the button says that does nothing. */
  readonly leave?: string;
  readonly isGrave?: boolean;
  readonly act: (reason: string) => Promise<unknown>;
  readonly close: () => void;
  /** What follows once it is done; it is closed where nothing else does. */
  readonly done?: () => void | Promise<void>;
  /** Further fields, below the reason. */
  readonly children?: ReactNode;
};

/** Asks for the reason of an act and does it. */
export function ReasonForm({
  sentence,
  submit,
  leave = "Leave as it is",
  isGrave = false,
  act,
  close,
  done = close,
  children,
}: Props) {
  const [reason, setReason] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const asked = useMutation({ mutationFn: () => act(reason.trim()), onSuccess: done });
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const isEnough = reason.trim().length >= REASON_MIN;
    setTooShort(!isEnough);
    if (isEnough) asked.mutate();
  };
  return (
    <form className="stack" onSubmit={onSubmit}>
      <p>{sentence}</p>
      {asked.isError ? <ProblemNote problem={problemOf(asked.error)} /> : null}
      <Textarea
        label="Reason"
        description="Kept with your name in the audit trail."
        required
        data-autofocus
        error={tooShort ? `Write at least ${REASON_MIN} characters.` : null}
        autosize
        minRows={3}
        maxLength={REASON_MAX}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      {children}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={close}>
          {leave}
        </Button>
        <Button type="submit" color={isGrave ? "madder" : "woad"} loading={asked.isPending}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}
