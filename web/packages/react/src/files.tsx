import { contentOf, type SentFile } from "@engage/client";
import { bytes } from "./bytes";
import { useEngage } from "./context";
import { plain } from "./text";

/** The files of a message, by name and size. Whether one is shown or saved, the server says with its bytes. */
export function SentFiles({ files }: { files: readonly SentFile[] }) {
  const { client, locale } = useEngage();
  return (
    <ul className="e-files">
      {files.map((file) => (
        <li key={file.id} part="file">
          <a href={contentOf(client.base, file)} target="_blank" rel="noopener noreferrer" dir="auto">
            {plain(file.name)}
          </a>{" "}
          <small>{bytes(file.size, locale)}</small>
        </li>
      ))}
    </ul>
  );
}
