import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDocument, stringify } from 'yaml';
import { SealcamError } from '../base/errors.ts';
import { readYaml } from '../base/yaml.ts';
import { policyNamePattern } from '../evidence/limits.ts';
import { checkPolicyRules } from '../evidence/policy.ts';
import type { Policy } from '../evidence/statements.ts';
import { readPresent } from './folder.ts';
import { policyField, policyFields } from './policy-fields.ts';

// A policy before it is signed: a profile, or a file that an agency fills in. Each value has its source next to it, and
// what no source gives is `unset`. Nothing is signed while a field is unset.

const profilesFolder = resolve(import.meta.dirname, '../../agency/profiles');
const draftBytesMax = 65_536;

/** A value with the source that it is taken from, both as texts. */
export interface SourcedValue {
  readonly value: string;
  readonly source: string;
}

/** A policy that may be incomplete. */
export interface PolicyDraft {
  readonly name: string;
  /** By field, every field of {@link policyFields}; undefined: unset. */
  readonly fields: ReadonlyMap<string, SourcedValue | undefined>;
}

const unsetWord = 'unset';
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const draftSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(policyNamePattern)),
  fields: v.record(
    v.string(),
    v.union([
      v.literal(unsetWord),
      v.strictObject({
        value: v.union([scalar, v.array(v.string())]),
        source: v.pipe(v.string(), v.nonEmpty(), v.maxLength(256)),
      }),
    ]),
  ),
});

/**
 * The draft in a YAML file. A field that the file does not name is unset.
 * @param name errors call the file by it.
 * @throws SealcamError `POLICY_PROFILE` (no such file of this form), `POLICY_FIELD` (an unknown field, or a value that it may not have).
 */
export function parsePolicyDraft(bytes: Uint8Array, name: string): PolicyDraft {
  if (bytes.length > draftBytesMax)
    throw noProfile(name, `it has ${bytes.length} bytes, at most ${draftBytesMax} are read`);
  const content = readYaml(parseDocument, bytes, (problem, cause) => noProfile(name, `it ${problem}`, cause));
  const result = v.safeParse(draftSchema, content);
  if (!result.success) {
    const [issue] = result.issues;
    throw noProfile(name, `"${v.getDotPath(issue) ?? 'the file'}": ${issue.message}`);
  }
  return Object.entries(result.output.fields).reduce(
    (draft, [field, given]) =>
      given === unsetWord
        ? withField(draft, field, unsetWord, '')
        : withField(draft, field, textOf(given.value), given.source),
    emptyDraft(result.output.name),
  );
}

function textOf(value: string | number | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  return value.length === 0 ? 'none' : value.join(',');
}

function emptyDraft(name: string): PolicyDraft {
  return { name, fields: new Map(Object.keys(policyFields).map((field) => [field, undefined])) };
}

/**
 * `draft` with the value `text` in `field`.
 * @throws SealcamError `POLICY_FIELD` if there is no such field, or the value breaks its rule.
 */
export function withField(draft: PolicyDraft, field: string, text: string, source: string): PolicyDraft {
  const { rule, put } = policyField(field);
  if (text !== unsetWord && !put(blankPolicy(), text)) {
    throw new SealcamError(
      'POLICY_FIELD',
      `The policy's "${field}" is ${JSON.stringify(text.slice(0, 80))}: expected ${rule}`,
    );
  }
  const value = text === unsetWord ? undefined : { value: text, source };
  return { ...draft, fields: new Map(draft.fields).set(field, value) };
}

/**
 * The policy of a draft in which every field is filled in.
 * @throws SealcamError `POLICY_UNSET`, which names the fields; `POLICY_INVALID` if fields contradict each other.
 */
export function policyOf({ name, fields }: PolicyDraft, version: number): Policy {
  const unset = [...fields].filter(([, given]) => given === undefined).map(([field]) => field);
  if (unset.length > 0) {
    throw new SealcamError(
      'POLICY_UNSET',
      `The policy "${name}" is not signed, as no law that it is made from says ${unset.join(', ')}: decide, and give each with --set FIELD=VALUE`,
    );
  }
  const policy = { ...blankPolicy(), version, name };
  for (const [field, given] of fields) policyField(field).put(policy, given?.value ?? '');
  checkPolicyRules(policy);
  return policy;
}

/** A policy whose fields are all to be put. */
function blankPolicy(): Policy {
  return {
    version: 1,
    name: '',
    preEventS: 0,
    preEventSound: false,
    preEventInDwellings: false,
    runOnS: 0,
    retentionDaysMin: 0,
    retentionDaysMax: 0,
    holds: [],
    roles: [],
    dwellingMode: 'same',
    dwellingRoles: [],
    reasons: [],
    automaticStarts: [],
    commands: [],
    padding: false,
    positionEveryS: 0,
    readingsEveryS: 0,
    stationsNeeded: 0,
    stations: [],
  };
}

/** A draft as a YAML file, which an agency can fill in, and which {@link parsePolicyDraft} reads. */
export function policyDraftText({ name, fields }: PolicyDraft): string {
  const lines = [...fields].map(([field, given]) => {
    const { says, rule, obeyedBy } = policyField(field);
    const content = given === undefined ? unsetWord : { value: given.value, source: given.source };
    return `  # ${says}: ${rule}; obeyed by: ${obeyedBy}\n${stringify({ [field]: content }, { lineWidth: 0 })
      .replace(/^/gm, '  ')
      .trimEnd()}\n`;
  });
  return `${stringify({ name })}fields:\n${lines.join('')}`;
}

/** The names of the profiles that come with this software. */
export async function profileNames(): Promise<string[]> {
  const names = await readdir(profilesFolder);
  return names.flatMap((name) => /^([a-z0-9-]+)\.yaml$/.exec(name)?.[1] ?? []).sort();
}

/**
 * A profile that comes with this software, by its name, or a file of the same form, by its path.
 * @throws SealcamError `POLICY_PROFILE`, `POLICY_FIELD`, `PROVISION_*`.
 */
export async function readProfile(nameOrPath: string): Promise<PolicyDraft> {
  const names = await profileNames();
  if (names.includes(nameOrPath)) {
    const path = join(profilesFolder, `${nameOrPath}.yaml`);
    return parsePolicyDraft(await readPresent(path, 'profile'), path);
  }
  if (!nameOrPath.endsWith('.yaml')) {
    throw new SealcamError(
      'POLICY_PROFILE',
      `There is no profile ${JSON.stringify(nameOrPath.slice(0, 80))}: give one of ${names.join(', ')}, or a file NAME.yaml`,
    );
  }
  return parsePolicyDraft(await readPresent(nameOrPath, 'profile'), nameOrPath);
}

function noProfile(name: string, why: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'POLICY_PROFILE',
    `${JSON.stringify(name)} is not a profile of a policy (${why}): begin with what "sealcam provision policy --show" prints`,
    { cause },
  );
}
