import type { Filter, View, ViewFilter } from "@engage/client";
import { plain } from "@engage/react";
import { useViews } from "../list/views";
import { useRoute } from "../shell/route";
import { useSelect } from "../shell/use";
import {
  filterOfView as filterOfTickets,
  sameFilter as sameTickets,
  filterLink as ticketsLink,
  filterOf as ticketsOf,
} from "../tickets/filter";
import { t } from "../words";
import { BUILT_IN, filterLink, filterOf, sameFilter } from "./filter";

/** The views as links, under the inbox in the navigation. */
export function ViewLinks({ here }: { here: boolean }) {
  const filter = useSelect((state) => state.inbox.filter);
  const { views } = useViews("chat");
  const all = [
    ...BUILT_IN.map((one) => ({ key: one.key, name: t(one.name), filter: one.filter })),
    ...views.map((one) => ({ key: one.id, name: plain(one.name), filter: filterOfView(one) })),
  ];
  const links = all.map((one) => ({
    ...one,
    link: filterLink(one.filter),
    current: here && sameFilter(one.filter, filter),
  }));
  return <NavViews links={links} />;
}

/** The saved views of tickets, under these. */
export function TicketViewLinks({ here }: { here: boolean }) {
  const { query } = useRoute();
  const { views } = useViews("tickets");
  if (views.length === 0) return null;
  const links = views.map((view) => {
    const filter = filterOfTickets(view);
    const current = here && sameTickets(filter, ticketsOf(query));
    return { key: view.id, name: plain(view.name), link: ticketsLink(filter), current };
  });
  return <NavViews links={links} />;
}

interface NavViewsProps {
  links: readonly { key: string; name: string; link: string; current: boolean }[];
}

function NavViews({ links }: NavViewsProps) {
  return (
    <ul className="nav-views" aria-label={t("view.label")}>
      {links.map(({ key, name, link, current }) => (
        <li key={key}>
          <a href={link} aria-current={current ? "true" : undefined}>
            {/* Isolated: a name in other letters keeps the side of the list. */}
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function filterOfView(view: View): Filter {
  const { mentioned, ...words } = view.filter as ViewFilter;
  const given = Object.entries({ ...words, ...(mentioned && { mentioned: "true" }) }).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  return filterOf(new URLSearchParams(given));
}
