import { environmentOf, type FreshPlace, freshPlace } from "../../support/store/store-place.ts";
import { tempFolder } from "../../support/temp-folder.ts";

/** A folder to start commands in, and an empty store for them; disposing of it removes both. */
export interface Site extends AsyncDisposable {
  readonly path: string;
  readonly place: FreshPlace;
  /** Tells commands to use that store. */
  readonly env: Readonly<Record<string, string>>;
  /** What the log says of which store it is. */
  readonly storeShown: string;
}

export async function commandSite(): Promise<Site> {
  const parts = new AsyncDisposableStack();
  const folder = parts.use(await tempFolder());
  const place = parts.use(await freshPlace());
  return {
    path: folder.path,
    place,
    env: environmentOf(place),
    storeShown: place.kind === "sqlite" ? place.path : `/${place.database}`,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
