"""Ghost text in Ruby: what is shown at a cursor for a reply."""

from __future__ import annotations

import pytest

from flashls.models.scripted import Reply
from tests.engine.check import check_complete

GHOSTS: dict[str, tuple[str, str | Reply, str]] = {
    "mid-line": ("top = [▮, limit].min\n", "scores.max", "scores.max"),
    "end of line": ("total = ▮\n", "items.sum(&:price)\nputs total", "items.sum(&:price)"),
    "empty body": ("def area(r)\n  ▮\nend\n", "Math::PI * r**2\nend", "Math::PI * r**2"),
    "right after the header": ("def area(r)▮\nend\n", "\n  Math::PI * r**2\nend", "\n  Math::PI * r**2"),
    "right after the header, nothing below": (
        "def area(r)▮",
        "\n  Math::PI * r**2\nend\n\ndef side(r)\n  2 * Math::PI * r\nend\n",
        "\n  Math::PI * r**2\nend",
    ),
    "inside a string": ("raise ArgumentError, 'missing ▮'\n", "name'", "name"),
    "inside a double-quoted string": ('puts "Hello, ▮"\n', '#{user.name}!"', "#{user.name}!"),
    "inside an interpolation": ('puts "Hello, #{▮}!"\n', 'user.name}!"', "user.name"),
    "inside a comment": (
        "# Returns the ▮\ndef area(r)\n  Math::PI * r**2\nend\n",
        "area of a circle.\ndef area(r)",
        "area of a circle.",
    ),
    "before a closing bracket": ("queue.push(▮)\n", "job)", "job"),
    "repeats the rest of the line": ("def transfer(▮)\n  true\nend\n", "from, to, amount)\n  true", "from, to, amount"),
    "repeats the lines below": (
        "def total(items)\n  sum = 0\n  ▮\n  sum\nend\n",
        "items.each do |item|\n    sum += item.price\n  end\n  sum\nend",
        "items.each do |item|\n    sum += item.price\n  end",
    ),
    "goes on with the next method": (
        "class Stack\n  def push(x)\n    ▮\n  end\nend\n",
        "@items.push(x)\n    self\n  end\n\n  def pop\n    @items.pop\n  end\nend",
        "@items.push(x)\n    self",
    ),
    "goes on after a method, class open": (
        "class Stack\n  def push(x)\n    ▮",
        "@items.push(x)\n  end\n\n  def pop\n    @items.pop\n  end\nend\n",
        "@items.push(x)\n  end",
    ),
    "a whole method": (
        "class Stack\n  attr_reader :items\n\n  ▮\nend\n",
        "def size\n    items.size\n  end\n\n  def clear\n    items.clear\n  end\nend",
        "def size\n    items.size\n  end",
    ),
    "fenced": ("area = ▮\n", "```ruby\nMath::PI * r**2\n```", "Math::PI * r**2"),
    "fenced after an introduction": (
        "def area(r)\n  ▮\nend\n",
        "Here is the method:\n\n```ruby\nMath::PI * r**2\n```\n\nEnjoy!",
        "Math::PI * r**2",
    ),
    "fence never closed": ("def area(r)\n  ▮\nend\n", "```rb\nMath::PI * r**2", "Math::PI * r**2"),
    "emoji before the cursor": ("puts '💎 ' + ▮\n", "name", "name"),
    "accents and CJK before the cursor": ("größe = 計算('世界', ▮)\n", "42)", "42"),
    "body of a block": (
        "users.each do |user|\n  ▮\nend\n",
        "puts user.name\n  user.notify!\nend",
        "puts user.name\n  user.notify!",
    ),
    "body of a block, nothing below": (
        "users.each do |user|\n  ▮",
        "puts user.name\nend\n\nputs 'done'\n",
        "puts user.name\nend",
    ),
    "block in braces": ("names = users.map { |u| ▮ }\n", "u.name }", "u.name"),
    "end of an if": (
        "def sign(x)\n  ▮\nend\n",
        "if x.negative?\n    -1\n  elsif x.zero?\n    0\n  else\n    1\n  end\nend",
        "if x.negative?\n    -1\n  elsif x.zero?\n    0\n  else\n    1\n  end",
    ),
    "body of an if, else below": (
        "if ready?\n  ▮\nelse\n  wait\nend\n",
        "start\nelse\n  wait\nend",
        "start",
    ),
    "rescue": (
        "def load\n  ▮\nend\n",
        "JSON.parse(File.read(path))\nrescue Errno::ENOENT\n  {}\nend",
        "JSON.parse(File.read(path))\nrescue Errno::ENOENT\n  {}",
    ),
    "when of a case": (
        "case shape\nwhen :circle\n  ▮\nwhen :square\n  a**2\nend\n",
        "Math::PI * r**2\nwhen :square\n  a**2",
        "Math::PI * r**2",
    ),
    "keyword arguments": ("User.create!(name: 'Ada', ▮)\n", "email: 'ada@example.com')", "email: 'ada@example.com'"),
    "symbol": ("attr_accessor :name, ▮\n", ":email, :age\n", ":email, :age"),
    "guard clause": (
        "def area(r)\n  ▮\n  Math::PI * r**2\nend\n",
        "return 0 if r.nil?\n  Math::PI * r**2\nend",
        "return 0 if r.nil?",
    ),
    "chain": (
        "names = users\n  .select(&:active?)\n  ▮\n",
        ".map(&:name)\n  .sort\n",
        ".map(&:name)\n  .sort",
    ),
    "spec": (
        "describe Stack do\n  it 'is empty' do\n    ▮\n  end\nend\n",
        "expect(Stack.new).to be_empty\n  end\n\n  it 'grows' do\n",
        "expect(Stack.new).to be_empty",
    ),
    "parameter of a block": ("users.each do |▮|\n  puts 1\nend\n", "user|\n  puts user", "user"),
    "block after a call": (
        "users.each ▮\n",
        "do |user|\n  puts user.name\nend\n\nputs 1",
        "do |user|\n  puts user.name\nend",
    ),
    "heredoc": ("sql = <<~SQL\n  SELECT ▮\nSQL\n", "* FROM users\nSQL", "* FROM users"),
    "members of a class": (
        "class User\n  ▮\nend\n",
        "attr_reader :name\n\n  def initialize(name)\n    @name = name\n  end\nend",
        "attr_reader :name\n\n  def initialize(name)\n    @name = name\n  end",
    ),
    "three ends, two below": (
        "module A\n  class B\n    ▮\n  end\nend\n",
        "def c\n      1\n    end\n  end\nend\n",
        "def c\n      1\n    end",
    ),
    "echoes the instance variable": ("@name = @na▮\n", "@name.strip", "me.strip"),
}

SILENCES: dict[str, tuple[str, str | Reply, str]] = {
    "empty reply": ("x = ▮\n", "", "empty reply"),
    "refusal": ("def f\n  ▮\nend\n", "Sorry, I can't help with that.", "refusal"),
    "only the end": ("def f\n  g\n  ▮\nend\n", "end", "empty reply"),
    "only the ends": ("class A\n  def f\n    g\n    ▮\n  end\nend\n", "end\nend", "empty reply"),
    "the line below": ("def f(x)\n  ▮\n  x + 1\nend\n", "x + 1\nend", "empty reply"),
    "only the closing bracket": ("g(▮)\n", ")", "empty reply"),
}


@pytest.mark.parametrize(("text", "reply", "ghost"), GHOSTS.values(), ids=GHOSTS)
async def test_shows(text: str, reply: str | Reply, ghost: str) -> None:
    await check_complete(text, reply, ghost=ghost, language="ruby")


@pytest.mark.parametrize(("text", "reply", "silence"), SILENCES.values(), ids=SILENCES)
async def test_is_silent(text: str, reply: str | Reply, silence: str) -> None:
    await check_complete(text, reply, silence=silence, language="ruby")
