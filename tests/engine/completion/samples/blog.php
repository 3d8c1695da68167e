<?php

declare(strict_types=1);

namespace Blog;

use DateTimeImmutable;
use PDO;

/** A post as it is stored. */
final class Post
{
    public function __construct(
        public readonly int $id,
        public readonly string $title,
        private string $body,
        private ?DateTimeImmutable $published = null,
    ) {
    }

    public function summary(int $length = 80): string
    {
        $text = trim(strip_tags($this->body));
        if (mb_strlen($text) <= $length) {
            return $text;
        }
        return mb_substr($text, 0, $length - 1) . '…';
    }

    public function isPublic(): bool
    {
        return $this->published !== null && $this->published <= new DateTimeImmutable('now');
    }
}

class Posts
{
    private array $cache = [];

    public function __construct(private PDO $db)
    {
    }

    public function find(int $id): ?Post
    {
        if (isset($this->cache[$id])) {
            return $this->cache[$id];
        }
        $query = $this->db->prepare('SELECT * FROM posts WHERE id = :id');
        $query->execute(['id' => $id]);
        $row = $query->fetch(PDO::FETCH_ASSOC);
        if ($row === false) {
            return null;
        }
        return $this->cache[$id] = new Post((int) $row['id'], $row['title'], $row['body']);
    }

    /** @return Post[] */
    public function latest(int $count = 10): array
    {
        $found = [];
        foreach ($this->db->query("SELECT id FROM posts ORDER BY id DESC LIMIT {$count}") as $row) {
            $post = $this->find((int) $row['id']);
            if ($post?->isPublic()) {
                $found[] = $post;
            }
        }
        return array_filter($found, fn (Post $post) => $post->title !== '');
    }
}

$posts = new Posts(new PDO('sqlite:blog.db'));
?>
<h1>Neues für dich</h1>
<ul>
<?php foreach ($posts->latest() as $post): ?>
  <li><?= htmlspecialchars($post->title) ?>: <?= $post->summary() ?></li>
<?php endforeach; ?>
</ul>
