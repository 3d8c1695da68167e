package cache

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrMissing is returned for keys that were never set or have expired.
var ErrMissing = errors.New("cache: missing")

type entry[V any] struct {
	value   V
	expires time.Time
}

// Cache keeps values for a while. The zero value is not usable; see New.
type Cache[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]entry[V]
	ttl     time.Duration
	now     func() time.Time
}

func New[K comparable, V any](ttl time.Duration) (*Cache[K, V], error) {
	if ttl <= 0 {
		return nil, fmt.Errorf("cache: ttl must be positive, got %v", ttl)
	}
	return &Cache[K, V]{
		entries: make(map[K]entry[V]),
		ttl:     ttl,
		now:     time.Now,
	}, nil
}

func (c *Cache[K, V]) Get(key K) (V, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found, ok := c.entries[key]
	if !ok || c.now().After(found.expires) {
		var zero V
		return zero, ErrMissing
	}
	return found.value, nil
}

func (c *Cache[K, V]) GetOrLoad(key K, load func(K) (V, error)) (V, error) {
	value, err := c.Get(key)
	if err == nil {
		return value, nil
	}
	value, err = load(key)
	if err != nil {
		return value, fmt.Errorf("loading %v: %w", key, err)
	}
	c.Set(key, value)
	return value, nil
}

func (c *Cache[K, V]) Set(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = entry[V]{value, c.now().Add(c.ttl)}
}

func (c *Cache[K, V]) Sweep(every time.Duration, stop <-chan struct{}) {
	ticker := time.NewTicker(every)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				c.sweep()
			case <-stop:
				return
			}
		}
	}()
}

func (c *Cache[K, V]) sweep() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.entries {
		if c.now().After(e.expires) {
			delete(c.entries, key) // größer als nötig wird die Tabelle nie
		}
	}
}
