import { contentOf, type SentFile } from "@engage/client";
import { bytes, plain, useEngage } from "@engage/react";
import { Icon } from "../shell/icon";
import { spoken, t } from "../words";

/** The files of a message: pictures in place, all else to be saved. */
export function SentFiles({ files }: { files: readonly SentFile[] }) {
  const { client } = useEngage();
  if (files.length === 0) return null;
  return (
    <ul className="sent-files" aria-label={t("files.label")}>
      {files.map((file) => {
        const name = plain(file.name);
        const size = bytes(file.size, spoken());
        return (
          <li key={file.id}>
            {file.pixels && (
              <a href={contentOf(client.base, file)} target="_blank" rel="noreferrer">
                <img
                  src={contentOf(client.base, file)}
                  alt={name}
                  width={file.pixels.width}
                  height={file.pixels.height}
                  loading="lazy"
                />
              </a>
            )}
            <a className="sent-file" href={contentOf(client.base, file, true)} download={name}>
              <Icon name="download" /> <span dir="auto">{name}</span> <span className="quiet">{size}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
