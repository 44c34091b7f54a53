import { contentOf, type SentFile } from "@engage/client";
import { bytes } from "./bytes";
import { useEngage } from "./context";
import { plain } from "./text";

/**
 * The files of a message: pictures in place, which the server has written anew and whose sizes it knows, so that nothing moves when
 * they come; all else by name and size.
 */
export function SentFiles({ files }: { files: readonly SentFile[] }) {
  const { client, locale } = useEngage();
  return (
    <ul className="e-files">
      {files.map((file) => (
        <li key={file.id} part="file">
          <a href={contentOf(client.base, file)} target="_blank" rel="noopener noreferrer" dir="auto">
            {file.pixels ? (
              <img
                src={contentOf(client.base, file)}
                alt={plain(file.name)}
                width={file.pixels.width}
                height={file.pixels.height}
                loading="lazy"
              />
            ) : (
              plain(file.name)
            )}
          </a>{" "}
          {!file.pixels && <small>{bytes(file.size, locale)}</small>}
        </li>
      ))}
    </ul>
  );
}
