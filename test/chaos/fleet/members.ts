import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import type { Fleet, Particulars } from "../site/fleet.ts";
import { Background } from "./background.ts";

export type Role = "server" | "worker";

/** Which processes of a fleet are there to be harmed; kills and stops them, and brings them back, in the background. */
export class Members {
  readonly #fleet: Fleet;
  readonly #random: () => number;
  readonly #up: Readonly<Record<Role, Set<string>>> = { server: new Set(), worker: new Set() };
  readonly #comingBack = new Background();
  readonly #servers: string[] = [];
  #turn = 0;

  constructor(fleet: Fleet, random: () => number) {
    this.#fleet = fleet;
    this.#random = random;
  }

  async start(name: string, role: Role, particulars: (incarnation: string) => Particulars): Promise<void> {
    await this.#fleet.start(name, role, particulars);
    this.#up[role].add(name);
    if (role === "server") this.#servers.push(name);
  }

  /** Of the servers in turn, whether they live or not: a client does not know. */
  readonly url = (): string => {
    this.#turn += 1;
    const name = this.#servers[this.#turn % this.#servers.length];
    if (name === undefined) throw new Error("No server was started");
    return this.#fleet.url(name);
  };

  /** Kills one; it comes back after that time. Resolves once it is gone. */
  async kill(role: Role, awayMs: number): Promise<void> {
    const name = await this.#take(role);
    await this.#fleet.kill(name);
    this.#back(role, name, async () => {
      await delay(awayMs);
      await this.#fleet.startAgain(name);
    });
  }

  /** Stops one for that time. */
  async stop(role: Role, forMs: number): Promise<void> {
    const name = await this.#take(role);
    const resume = this.#fleet.stop(name);
    this.#back(role, name, async () => {
      await delay(forMs);
      resume();
    });
  }

  /** Resolves when all that were killed or stopped are back; rejects where one could not be started. */
  allBack(): Promise<void> {
    return this.#comingBack.done();
  }

  /** One that is up, and not the last one. */
  async #take(role: Role): Promise<string> {
    const up = this.#up[role];
    await eventually(`two of the ${role}s are up`, () => up.size > 1, { withinMs: 120_000 });
    const name = [...up][Math.floor(this.#random() * up.size)] ?? "";
    up.delete(name);
    return name;
  }

  #back(role: Role, name: string, comeBack: () => Promise<void>): void {
    this.#comingBack.add(comeBack().then(() => void this.#up[role].add(name)));
  }
}
