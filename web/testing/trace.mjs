// Reads what Chromium has traced of a page's main thread.

/** How a task may be called, outermost first. */
const TASKS = ["ThreadControllerImpl::RunTask", "RunTask"];

/**
 * The tasks of the main threads that have shown a page whose address begins with `address`: `work`, the time that the thread itself worked, and `clock`, the time that passed, in ms;
 * `parts()` says of what a task was made.
 */
export function tasksOf(events, address) {
  // Chromium has pages of its own, which are nobody's business.
  const shown = events.filter(({ name, args }) => name === "ParseHTML" && args?.beginData?.url?.startsWith(address));
  const mains = new Set(shown.map((event) => `${event.pid} ${event.tid}`));
  const ours = events.filter((event) => event.ph === "X" && mains.has(`${event.pid} ${event.tid}`));
  const name = TASKS.find((one) => ours.some((event) => event.name === one));
  return ours
    .filter((event) => event.name === name)
    .map((task) => ({
      work: (task.tdur ?? task.dur ?? 0) / 1000,
      clock: (task.dur ?? 0) / 1000,
      parts: () => partsOf(task, ours),
    }));
}

export function longest(tasks) {
  const none = { work: 0, clock: 0, parts: () => [] };
  return tasks.reduce((worst, task) => (task.work > worst.work ? task : worst), none);
}

/** The time of each kind of work in a task that is not another's, the most first. */
function partsOf(task, events) {
  const end = task.ts + task.dur;
  const inside = events
    .filter((event) => event.pid === task.pid && event.tid === task.tid && event.ts >= task.ts && event.ts < end)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const own = new Map();
  const open = [];
  for (const event of inside) {
    while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= event.ts) open.pop();
    const took = event.tdur ?? event.dur ?? 0;
    const parent = open.at(-1);
    if (parent) own.set(parent.label, (own.get(parent.label) ?? 0) - took);
    event.label = labelOf(event);
    own.set(event.label, (own.get(event.label) ?? 0) + took);
    open.push(event);
  }
  return [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 10)
    .map(([label, took]) => `${(took / 1000).toFixed(1)} ms ${label}`);
}

function labelOf({ name, args = {} }) {
  const { data = {}, beginData = {} } = args;
  const where = (data.url ?? args.fileName ?? beginData.url ?? "").split("/").at(-1);
  const line = data.functionName ? `${data.functionName}:${data.lineNumber}:${data.columnNumber}` : "";
  return [name, where, line].filter(Boolean).join(" ");
}
