import { useEffect, useMemo, useState } from 'react';

type Item = { id: number; text: string; done: boolean };

interface Props {
  title?: string;
  load: () => Promise<Item[]>;
}

export function Row({ item, onToggle }: { item: Item; onToggle: (id: number) => void }) {
  return (
    <li className={item.done ? 'done' : undefined}>
      <label>
        <input type="checkbox" checked={item.done} onChange={() => onToggle(item.id)} />
        {item.text}
      </label>
    </li>
  );
}

export default function Todo({ title = 'Aufgaben ✓', load }: Props) {
  const [items, setItems] = useState<Item[]>([]);
  const [filter, setFilter] = useState('');

  useEffect(() => {
    let gone = false;
    load().then((loaded) => {
      if (!gone) setItems(loaded);
    });
    return () => {
      gone = true;
    };
  }, [load]);

  const shown = useMemo(
    () => items.filter((item) => item.text.toLowerCase().includes(filter.toLowerCase())),
    [items, filter],
  );

  const toggle = (id: number) => {
    setItems((before) => before.map((item) => (item.id === id ? { ...item, done: !item.done } : item)));
  };

  if (items.length === 0) {
    return <p>Nothing to do.</p>;
  }
  return (
    <section>
      <h2>{title}</h2>
      {/* The filter is not stored. */}
      <input value={filter} onChange={(event) => setFilter(event.target.value)} />
      <ul>
        {shown.map((item) => (
          <Row key={item.id} item={item} onToggle={toggle} />
        ))}
      </ul>
      {shown.length < items.length && <small>{items.length - shown.length} hidden</small>}
    </section>
  );
}
