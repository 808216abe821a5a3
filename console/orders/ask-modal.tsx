import { useState, type ReactNode, type SubmitEvent } from "react";
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { ProblemNote, problemOf } from "../parts/problem.tsx";

const REASON_MIN = 3;
const REASON_MAX = 1_000;

type Props = {
  readonly title: string;
  /** What will happen, before a person says why it should. */
  readonly sentence: string;
  readonly submit: string;
  readonly isGrave?: boolean;
  readonly act: (reason: string) => Promise<unknown>;
  readonly close: () => void;
  /** Further fields, below the reason. */
  readonly children?: ReactNode;
};

/** Asks for the reason of an act, does it, and closes once it is done. */
export function AskModal({ title, close, ...form }: Props) {
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }} size="lg">
      <AskForm {...form} close={close} />
    </Modal>
  );
}

function AskForm({ sentence, submit, isGrave = false, act, close, children }: Omit<Props, "title">) {
  const [reason, setReason] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const asked = useMutation({ mutationFn: () => act(reason.trim()), onSuccess: close });
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
          Leave as it is
        </Button>
        <Button type="submit" color={isGrave ? "madder" : "woad"} loading={asked.isPending}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}
