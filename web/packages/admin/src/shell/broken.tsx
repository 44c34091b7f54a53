import { Component, type ReactNode } from "react";
import { t } from "../words";

/** Catches what fails below it, so that the rest of the panel goes on. A screen that could not be loaded is tried again. */
export class Broken extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="empty" role="alert">
        <p>{t("broken")}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {t("broken.again")}
        </button>
      </main>
    );
  }
}
