import { Cost, showNumber, showShare } from '../../parts/pieces';

interface Bar { name: string; href: string | undefined; cost: number; unpriced: number; requests: number; tokens: number; isRest?: boolean }

/** What each comes to, with its share as a bar; the rest is last, however much it is. */
export function Bars({ head, rows }: { head: string; rows: readonly Bar[] }) {
  const sum = rows.reduce((total, row) => total + row.cost, 0);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Costs by ${head.toLowerCase()}`}>
      <table>
        <thead><tr><th scope="col">{head}</th><th scope="col" class="number">Cost</th><th scope="col">Share</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Tokens</th></tr></thead>
        <tbody>
          {[...rows].sort((one, other) => Number(one.isRest ?? false) - Number(other.isRest ?? false) || other.cost - one.cost).map(row => (
            <tr key={row.name}>
              <th scope="row">{row.href ? <a href={row.href}>{row.name}</a> : row.name}</th>
              <td class="number"><Cost value={row.cost} unpriced={row.unpriced} /></td>
              <td><meter aria-label={`Share of ${row.name}`} min={0} max={1} value={sum ? row.cost / sum : 0} /> {showShare(sum ? row.cost / sum : 0)}</td>
              <td class="number">{showNumber(row.requests)}</td>
              <td class="number">{showNumber(row.tokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
