import { type ReactNode, useEffect, useState } from "react";
import { preferred, speak, spoken } from "../words";
import { usePrefs } from "./prefs";

/** Shows what is below it in the chosen language, all of it anew when another is chosen. Until it is there, nothing. */
export function Speaking({ children }: { children: ReactNode }) {
  const { language } = usePrefs();
  const wanted = preferred(language, navigator.languages ?? []);
  const [now, setNow] = useState<string | null>(wanted === "en" && spoken() === "en" ? "en" : null);
  useEffect(() => {
    let current = true;
    const settle = () => current && setNow(spoken());
    speak(wanted).then(settle, settle);
    return () => {
      current = false;
    };
  }, [wanted]);
  return now === null ? null : (
    <div className="speaking" key={now}>
      {children}
    </div>
  );
}
