/**
 * What the components use of React, on preact: so much less than `preact/compat` that the panel keeps its size. The build and the
 * tests put this in the place of `react` and `react-dom/client`. Who uses more of React gets an error of the build.
 */
import { type ComponentChildren, type ComponentType, createContext, Fragment, h, render, type VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export { useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { createContext, Fragment };

/** What JSX becomes. */
export function jsx(type: string, props: object, key?: string): VNode {
  return h(type, (key === undefined ? props : { ...props, key }) as object);
}
export { jsx as jsxs };
/** For tests that mean to see it: nothing is drawn twice here. */
export const StrictMode = Fragment;

export function createRoot(place: Element) {
  return {
    render: (what: ComponentChildren) => render(what, place),
    unmount: () => render(null, place),
  };
}

/** Draws `what` again only for other props. */
export function memo<P extends object>(what: ComponentType<P>) {
  return function Memo(this: { props: P; shouldComponentUpdate(next: P): boolean }, props: P): VNode {
    this.shouldComponentUpdate = (next) => differ(this.props, next);
    return h(what as ComponentType<object>, props);
  };
}

function differ<P extends object>(a: P, b: P): boolean {
  const names = Object.keys(b) as (keyof P)[];
  return names.length !== Object.keys(a).length || names.some((name) => a[name] !== b[name]);
}

export function useSyncExternalStore<T>(subscribe: (changed: () => void) => () => void, snapshot: () => T): T {
  const value = snapshot();
  const [, again] = useState({});
  const last = useRef({ value, snapshot });
  last.current = { value, snapshot };
  useEffect(() => {
    const look = () => {
      if (!Object.is(last.current.value, last.current.snapshot())) again({});
    };
    // What changed between drawing and subscribing is not missed.
    look();
    return subscribe(look);
  }, [subscribe]);
  return value;
}
