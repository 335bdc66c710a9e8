/** onsite.toml in the state folder: where Central is and how to get there. Written by `enrol`, read at every start, made to be edited by hand. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify, TomlError } from 'smol-toml'
import { z } from 'zod'
import { stateFiles } from './database.ts'
import { pagePlace } from './page/place.ts'
import { STRAIGHT } from './proxy-from.ts'

/** What stands for no local page at all. */
export const PAGE_OFF = 'off'

const web = z.url({ protocol: /^https?$/ }).max(2000)

const configSchema = z.strictObject({
  /** Central's address, http or https. */
  server: web,
  /**
   * An HTTP proxy, `http://[user:password@]host:port`; only http, since TLS to a proxy protects nothing that is not sealed already. `none`
   * goes straight whatever the machine's environment says; without it that counts.
   */
  proxy: z
    .literal(STRAIGHT)
    .or(z.url({ protocol: /^http$/ }).max(2000))
    .optional(),
  /** A file of certificates in PEM to trust besides the machine's: that of a proxy which opens TLS. */
  ca: z.string().min(1).max(4096).optional(),
  /** UDP port of printers. */
  snmpPort: z.int().min(1).max(65535).default(161),
  /** UDP port on which printers may tell of something; 0 listens to nobody. */
  trapPort: z.int().min(0).max(65535).default(162),
  /** Where the local page is, once it has a password; `off`: nowhere. */
  page: z
    .string()
    .refine((text) => text === PAGE_OFF || pagePlace(text) !== null, 'no address and port, such as 127.0.0.1:8161')
    .default('127.0.0.1:8161'),
})

/** Where Central is and how to get there. */
export type Config = z.infer<typeof configSchema>

/** The configuration, or what is wrong with the file. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly reason: 'missing' | 'badConfig'; readonly detail: string }

/** Checks a configuration that comes from the command line. */
export function checkConfig(raw: unknown): LoadedConfig {
  const parsed = configSchema.safeParse(raw)
  if (parsed.success) {
    const trouble = parsed.data.ca === undefined ? null : certificateTrouble(parsed.data.ca)
    return trouble === null
      ? { ok: true, config: parsed.data }
      : { ok: false, reason: 'badConfig', detail: `ca: ${trouble}` }
  }
  const detail = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  return { ok: false, reason: 'badConfig', detail }
}

function certificateTrouble(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').includes('-----BEGIN CERTIFICATE-----') ? null : `no certificate in ${path}`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return `${path} cannot be read (${code})`
  }
}

/** Reads onsite.toml. */
export function loadConfig(folder: string): LoadedConfig {
  const path = join(folder, stateFiles.config)
  if (!existsSync(path)) return { ok: false, reason: 'missing', detail: path }
  try {
    return checkConfig(parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return { ok: false, reason: 'badConfig', detail: `line ${error.line}` }
  }
}

/** Writes onsite.toml for the owner alone: the proxy's password is in it. */
export function saveConfig(folder: string, config: Config): void {
  const path = join(folder, stateFiles.config)
  const text = `# Where Central is and how to get there. Changes count from the next start.\n${stringify(config)}`
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
