import { type ReactNode, useRef, useState } from "react";
import { t } from "../words";
import { trouble } from "../words/trouble";
import { Dialog } from "./dialog";

/**
 * Does `work` once at a time. `problem` says why it failed, by `tell`, until it is tried again; `submit` gives whether it worked.
 */
export function useSubmit(
  work: () => Promise<unknown>,
  tell: (error: unknown) => string | Promise<string> = trouble,
): { busy: boolean; problem: string; submit(): Promise<boolean> } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const working = useRef(false);
  const submit = async () => {
    if (working.current) return false;
    working.current = true;
    setBusy(true);
    setProblem("");
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(await tell(error));
      return false;
    } finally {
      working.current = false;
      setBusy(false);
    }
  };
  return { busy, problem, submit };
}

interface FormDialogProps {
  title: string;
  /** What the button says that submits. */
  yes: string;
  /** What it says meanwhile. */
  doing?: string;
  /** It takes something away. */
  bad?: boolean;
  /** Whether there is anything to submit. */
  ready?: boolean;
  close(): void;
  /** What submitting does. When it fails, what is typed stays and the reason is said. */
  work(): Promise<unknown>;
  /** What is said of a failure. */
  tell?(error: unknown): string | Promise<string>;
  /** Buttons before the others. */
  more?: ReactNode;
  children: ReactNode;
}

/** A form in a dialog, which closes once what it asks for is done. */
export function FormDialog(props: FormDialogProps) {
  const { title, yes, doing = yes, bad = false, ready = true, close, work, tell, more, children } = props;
  const { busy, problem, submit } = useSubmit(work, tell);
  return (
    <Dialog title={title} close={close}>
      <form
        className="form"
        noValidate
        onSubmit={async (event) => {
          event.preventDefault();
          if (ready && (await submit())) close();
        }}
      >
        {children}
        <p className="fault" role="alert">
          {problem}
        </p>
        <Actions close={close}>
          {more}
          <button type="submit" className={`button ${bad ? "is-bad" : "is-chief"}`} disabled={!ready || busy}>
            {busy ? doing : yes}
          </button>
        </Actions>
      </form>
    </Dialog>
  );
}

/** The buttons at the end of a form: to leave it, and what else can be done. */
export function Actions({ close, small = false, children }: { close(): void; small?: boolean; children: ReactNode }) {
  return (
    <div className="actions">
      <button type="button" className={small ? "button is-small" : "button"} onClick={close}>
        {t("cancel")}
      </button>
      {children}
    </div>
  );
}
