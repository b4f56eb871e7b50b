// The description of the API, read once, as the page shows it. Pure functions over OpenAPI 3.1.

export interface Schema {
  $ref?: string; type?: string | readonly string[]; description?: string; enum?: readonly unknown[]; const?: unknown; format?: string;
  properties?: Record<string, Schema>; required?: readonly string[]; items?: Schema; additionalProperties?: Schema | boolean;
  oneOf?: readonly Schema[]; anyOf?: readonly Schema[]; allOf?: readonly Schema[];
  minimum?: number; maximum?: number; minLength?: number; maxLength?: number; minItems?: number; maxItems?: number; pattern?: string; default?: unknown; examples?: readonly unknown[];
}

export interface Parameter { name: string; in: 'query' | 'path' | 'header' | 'cookie'; required?: boolean; description?: string; schema?: Schema; example?: unknown }
export interface Media { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown; summary?: string }> }
export interface Answer { description: string; content?: Record<string, Media>; headers?: Record<string, unknown> }

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly surface: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { required?: boolean; content: Record<string, Media> };
  readonly answers: readonly (readonly [status: string, answer: Answer])[];
  readonly credentials: readonly string[];
}

interface Raw { operationId: string; tags?: string[]; summary?: string; description?: string; parameters?: (Parameter | { $ref: string })[]; requestBody?: Operation['body']; responses: Record<string, Answer | { $ref: string }>; security?: Record<string, unknown>[] }
export interface Document { info: { title: string; version: string; description?: string }; paths: Record<string, Record<string, Raw>>; components?: Record<string, Record<string, unknown>> }

/** What a reference within the document names. */
export function resolve<T>(document: Document, value: T | { $ref: string }): T {
  if (!value || typeof value !== 'object' || !('$ref' in value)) return value as T;
  const found = value.$ref.split('/').slice(1).reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  return found as T;
}

/** The name of the schema that a reference names; null for one that stands where it is. */
export const nameOf = (schema: Schema) => schema.$ref?.split('/').pop() ?? null;

export function operationsOf(document: Document): readonly Operation[] {
  const methods = ['get', 'post', 'put', 'patch', 'delete'];
  return Object.entries(document.paths).flatMap(([path, item]) => methods.flatMap(method => {
    const raw = item[method];
    return raw ? [{
      id: raw.operationId,
      method: method.toUpperCase(),
      path,
      surface: raw.tags?.[0] ?? 'Other',
      summary: raw.summary ?? raw.operationId,
      description: raw.description,
      parameters: (raw.parameters ?? []).map(one => resolve<Parameter>(document, one)),
      body: raw.requestBody && resolve(document, raw.requestBody),
      answers: Object.entries(raw.responses).map(([status, answer]) => [status, resolve<Answer>(document, answer)] as const),
      credentials: (raw.security ?? []).flatMap(one => Object.keys(one)),
    }] : [];
  }));
}

/** The type of a schema in a few words, with its bounds. */
export function typeOf(schema: Schema): string {
  const name = nameOf(schema);
  if (name) return name;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.filter(one => one !== null).map(one => JSON.stringify(one)).join(' ');
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(one => one && one !== 'null') as string[];
  const base = types.join(' or ') || 'any';
  const bounds = [
    ...bound(schema.minimum, schema.maximum, ''), ...bound(schema.minLength, schema.maxLength, ' characters'), ...bound(schema.minItems, schema.maxItems, ' items'),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  const whole = base === 'array' && schema.items ? `list of ${typeOf(schema.items)}` : base;
  return bounds.length ? `${whole}, ${bounds.join(', ')}` : whole;
}

function bound(low: number | undefined, high: number | undefined, unit: string) {
  if (low === undefined && high === undefined) return [];
  return [low === undefined ? `at most ${high}${unit}` : high === undefined ? `at least ${low}${unit}` : `${low} to ${high}${unit}`];
}

/** An example of a media type; undefined where none is given. */
export const exampleOf = (media: Media | undefined) => media?.example ?? Object.values(media?.examples ?? {})[0]?.value ?? media?.schema?.examples?.[0];
