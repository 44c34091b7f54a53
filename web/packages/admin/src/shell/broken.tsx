import { Component, type ReactNode } from "react";
import { t } from "../words";

/** Catches what fails below it, so that the rest of the panel goes on; `side`: below it is not the whole screen. */
export class Broken extends Component<{ children: ReactNode; side?: boolean }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const told = (
      <>
        <p>{t("broken")}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t("broken.again")}
        </button>
      </>
    );
    const { side } = this.props;
    if (side) {
      return (
        <div className="side empty" role="alert">
          {told}
        </div>
      );
    }
    return (
      <main className="empty" role="alert">
        {told}
      </main>
    );
  }
}
