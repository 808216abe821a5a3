import type { ComponentProps } from "react";
import { Modal } from "@mantine/core";
import { ReasonForm } from "../parts/reason-form.tsx";

type Props = ComponentProps<typeof ReasonForm> & { readonly title: string };

/** Asks for the reason of an act, does it, and closes once it is done. */
export function AskModal({ title, close, ...form }: Props) {
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }} size="lg">
      <ReasonForm {...form} close={close} />
    </Modal>
  );
}
