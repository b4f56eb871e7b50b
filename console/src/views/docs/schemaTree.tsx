import { useState } from 'preact/hooks';
import { nameOf, resolve, typeOf, type Document, type Schema } from './description';
import { Words } from './words';

/** The members of a schema, each to be opened where it has members of its own. Nothing is opened by itself, so circles end. */
export function SchemaTree({ document, schema }: { document: Document; schema: Schema }) {
  const whole = resolve<Schema>(document, schema as { $ref: string });
  if (!whole) return null;
  const choices = whole.oneOf ?? whole.anyOf;
  if (choices) return <ul class="schema">{choices.map((one, at) => <Member key={at} document={document} name={nameOf(one) ?? 'or'} schema={one} />)}</ul>;
  if (whole.items) return <SchemaTree document={document} schema={whole.items} />;
  const properties = Object.entries(whole.properties ?? {});
  return <ul class="schema">{properties.map(([name, one]) => <Member key={name} document={document} name={name} schema={one} isRequired={whole.required?.includes(name)} />)}</ul>;
}

const hasMembers = (document: Document, schema: Schema): boolean => {
  const whole = resolve<Schema>(document, schema as { $ref: string });
  return Boolean(whole && (whole.properties || whole.oneOf || whole.anyOf || (whole.items && hasMembers(document, whole.items))));
};

function Member({ document, name, schema, isRequired }: { document: Document; name: string; schema: Schema; isRequired?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const opens = hasMembers(document, schema);
  return (
    <li>
      {opens ? <button type="button" class="icon" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{isOpen ? '▾' : '▸'} <code>{name}</code></button> : <code>{name}</code>}
      {' '}<span class="quiet">{typeOf(schema)}{isRequired ? '' : ', optional'}</span>
      {schema.description && <Words text={schema.description} />}
      {isOpen && <SchemaTree document={document} schema={schema} />}
    </li>
  );
}
