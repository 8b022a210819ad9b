import type { Command } from './commands.ts';
import type { commonFlags, flags, operands } from './flags.ts';

type Section = Exclude<keyof typeof flags, 'init'>;
type CamelCase<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;
type Flag<Name extends Section> = Exclude<keyof (typeof flags)[Name], keyof typeof commonFlags>;
type Asked<Name extends Section> = Extract<Command, { readonly kind: Name }>;

/** What a command keeps under another name than the option has, or reads of it. */
interface Special {
  readonly seed: number | readonly number[];
  readonly seeds: number;
  readonly task: 'forecast' | 'regress' | 'classify' | 'sequence';
}

type Value<Of> = Of extends readonly (infer Each)[] ? Each | readonly Each[] : Of;
type Option<Name extends Section, Key> = Key extends keyof Special
  ? Special[Key]
  : Key extends keyof Asked<Name>
    ? Value<NonNullable<Asked<Name>[Key]>>
    : string | number | boolean | readonly (string | number)[];

type SectionOf<Name extends Section> = {
  readonly [Key in Flag<Name> as CamelCase<Key>]?: Option<Name, CamelCase<Key>> | undefined;
} & { readonly [Key in (typeof operands)[Name][number]]?: string | readonly string[] | undefined };

/** What `rivulet.config.ts` exports: a section for each command, with its options by their names in camelCase, and what it is given beside them, such as `data`. */
export type Config = { readonly [Name in Section]?: SectionOf<Name> | undefined };
