// The API, as it describes itself: operations by surface, and one with all that can be said of it.

import { useMemo, useRef } from 'preact/hooks';
import { fetchFrom } from '../../api/client';
import { curlOf } from '../../api/curl';
import { Failure } from '../../parts/failure';
import { Command, Json, Skeleton } from '../../parts/pieces';
import { change, open, parameter, pathOf, segments, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { exampleOf, operationsOf, typeOf, type Document, type Operation, type Parameter } from './description';
import { SchemaTree } from './schemaTree';
import { Try } from './try';
import { Words } from './words';

/** The description, and what it describes; asked for once it is wanted. */
export function useDescription(isWanted = true) {
  const description = useResource(isWanted ? 'description' : null, async signal => await (await fetchFrom('GET', '/openapi.json', undefined, { signal })).json() as Document, { once: true });
  const operations = useMemo(() => description.data && operationsOf(description.data), [description.data]);
  return { ...description, operations };
}

export function Docs() {
  const { operations, ...description } = useDescription();
  const input = useRef<HTMLInputElement>(null);
  const search = parameter('search').toLowerCase();
  const chosen = operations?.find(one => one.id === segments.value[1]);
  const matches = (operations ?? []).filter(one => !search || `${one.summary} ${one.path} ${one.id}`.toLowerCase().includes(search));
  const step = (by: number) => {
    const next = matches[chosen ? matches.indexOf(chosen) + by : 0];
    if (next) open(to(pathOf('docs', next.id), { search: parameter('search') }), { replace: chosen !== undefined });
  };
  useKeys([
    { keys: '/', does: 'Searches the operations', run: () => input.current?.focus() },
    { keys: 'j', does: 'The next operation', run: () => step(1) },
    { keys: 'k', does: 'The operation before', run: () => step(-1) },
  ]);
  if (description.failure) return <><h1 class="off-screen">API</h1><Failure failure={description.failure} retry={description.reload} /></>;
  if (!description.data || !operations) return <Skeleton rows={12} />;
  const found = [...Map.groupBy(matches, one => one.surface)];
  return (
    <div class="docs">
      <nav aria-label="Operations" tabIndex={0}>
        <input ref={input} type="search" aria-label="Search" placeholder="Search" value={parameter('search')} onInput={event => change({ search: event.currentTarget.value }, { replace: true })} />
        {found.map(([surface, ofSurface]) => (
          <section key={surface}>
            <h2>{surface}</h2>
            <ul>
              {ofSurface.map(one => (
                <li key={one.id}><a href={to(pathOf('docs', one.id), { search: parameter('search') })} aria-current={one === chosen ? 'page' : undefined}><b>{one.method}</b> {one.summary}</a></li>
              ))}
            </ul>
          </section>
        ))}
        {found.length === 0 && <p class="quiet">No operation is called so.</p>}
      </nav>
      <div class="sheets" tabIndex={0} role="region" aria-label="Operation">
        {chosen ? <OperationPage key={chosen.id} document={description.data} operation={chosen} /> : (
          <>
            <h1>{description.data.info.title}</h1>
            {description.data.info.description && <Words text={description.data.info.description} />}
            <p><a href="/openapi.json" target="_blank">openapi.json</a>, {operations.length} operations</p>
          </>
        )}
      </div>
    </div>
  );
}

function OperationPage({ document, operation }: { document: Document; operation: Operation }) {
  const [type, media] = Object.entries(operation.body?.content ?? {})[0] ?? [];
  const example = exampleOf(media);
  const body = example === undefined ? undefined : typeof example === 'string' ? example : JSON.stringify(example);
  return (
    <>
      <h1>{operation.summary}</h1>
      <p><code><b>{operation.method}</b> {operation.path}</code></p>
      {operation.description && <Words text={operation.description} />}
      {operation.credentials.length > 0 && <p class="quiet">Takes one of: {operation.credentials.join(', ')}</p>}
      {(['path', 'query', 'header'] as const).map(place => <Parameters key={place} title={`In the ${place}`} parameters={operation.parameters.filter(one => one.in === place)} />)}
      {media && (
        <section>
          <h2>Body <span class="quiet">{Object.keys(operation.body!.content).join(', ')}</span></h2>
          {media.schema && <SchemaTree document={document} schema={media.schema} />}
        </section>
      )}
      <section><h2>As a command</h2><Command text={curlOf({ method: operation.method, url: operation.path, body })} /></section>
      <Try operation={operation} example={body} type={type} />
      <section>
        <h2>Answers</h2>
        {operation.answers.map(([status, answer]) => {
          const [kind, content] = Object.entries(answer.content ?? {})[0] ?? [];
          const shown = exampleOf(content);
          return (
            <details key={status} open={status.startsWith('2')}>
              <summary><b>{status}</b> {answer.description} {kind && <span class="quiet">{kind}</span>}</summary>
              {content?.schema && status.startsWith('2') && <SchemaTree document={document} schema={content.schema} />}
              {shown !== undefined && <Json value={shown} />}
            </details>
          );
        })}
      </section>
    </>
  );
}

const Parameters = ({ title, parameters }: { title: string; parameters: readonly Parameter[] }) => parameters.length === 0 ? null : (
  <section>
    <h2>{title}</h2>
    <ul class="schema">
      {parameters.map(one => <li key={one.name}><code>{one.name}</code> <span class="quiet">{one.schema ? typeOf(one.schema) : ''}{one.required ? '' : ', optional'}</span>{one.description && <Words text={one.description} />}</li>)}
    </ul>
  </section>
);
