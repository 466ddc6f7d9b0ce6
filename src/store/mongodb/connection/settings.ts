/** Where the database is and who we are there, as configured. */
export interface MongoSettings {
  /** `mongodb://` or `mongodb+srv://`; its own options count unless a promise rests on them. */
  readonly url: string;
  /** Wins over the one in the path of `url`. */
  readonly database: string | undefined;
  /** TLS, also where `url` does not ask for it. */
  readonly tls: boolean;
  /** Trusts any certificate for any host. */
  readonly tlsSkipVerify: boolean;
  /** Wins over the user in `url`. */
  readonly username: string | undefined;
  /** Wins over the password in `url`. Never written anywhere. */
  readonly password: string | undefined;
  /** What people call the address, where that is not `mongo-url`. */
  readonly calledAs?: string;
}
