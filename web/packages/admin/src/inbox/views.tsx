import { plain } from "@engage/react";
import { useViews, type Views } from "../list/views";
import { useRoute } from "../shell/route";
import { useSelect } from "../shell/use";
import { VIEWS as TICKETS, filterOf as ticketsOf } from "../tickets/filter";
import { t } from "../words";
import { VIEWS } from "./filter";

interface LinksProps {
  /** Whether the list is on the screen. */
  here: boolean;
}

/** The views as links, under the inbox in the navigation. */
export function ViewLinks({ here }: LinksProps) {
  const filter = useSelect((state) => state.inbox.filter);
  return <NavViews of={VIEWS} filter={here ? filter : null} />;
}

/** The saved views of tickets, under these. */
export function TicketViewLinks({ here }: LinksProps) {
  const { query } = useRoute();
  return <NavViews of={TICKETS} filter={here ? ticketsOf(query) : null} saved />;
}

interface NavViewsProps<F> {
  of: Views<F>;
  /** What is on the screen. */
  filter: F | null;
  /** Without those that everybody has. */
  saved?: boolean;
}

function NavViews<F>({ of, filter, saved = false }: NavViewsProps<F>) {
  const { views } = useViews(of.kind);
  const here = filter && of.link(filter);
  const all = [
    ...(saved ? [] : of.everybody.map((one) => ({ key: one.key, name: t(one.name), link: of.link(one.filter) }))),
    ...views.map((one) => ({ key: one.id, name: plain(one.name), link: of.link(of.of(one)) })),
  ];
  if (all.length === 0) return null;
  return (
    <ul className="nav-views" aria-label={t("view.label")}>
      {all.map(({ key, name, link }) => (
        <li key={key}>
          <a href={link} aria-current={link === here ? "true" : undefined}>
            {/* Isolated: a name in other letters keeps the side of the list. */}
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}
