# frozen_string_literal: true

require 'json'
require 'net/http'
require 'set'

module Crawler
  LINK = /href="(?<url>[^"#]+)"/

  # A page that was fetched, and where it leads.
  Page = Struct.new(:url, :body, keyword_init: true) do
    def links
      body.scan(LINK).flatten.map { |link| URI.join(url, link).to_s }
    rescue URI::InvalidURIError
      []
    end
  end

  class Spider
    attr_reader :seen

    def initialize(start, limit: 50, fetch: nil)
      @queue = [start]
      @seen = Set.new
      @limit = limit
      @fetch = fetch || ->(url) { Net::HTTP.get(URI(url)) }
    end

    def each
      return enum_for(:each) unless block_given?

      until @queue.empty? || @seen.size >= @limit
        url = @queue.shift
        next if @seen.include?(url)

        @seen << url
        page = Page.new(url: url, body: @fetch.call(url))
        yield page
        @queue.concat(page.links)
      end
    end

    def report(io = $stdout)
      each do |page|
        io.puts "✓ #{page.url}: #{page.body.size} Zeichen"
      end
      case @seen.size
      when 0
        io.puts 'nothing found'
      when 1..10
        io.puts "#{@seen.size} pages"
      else
        io.puts 'many pages'
      end
    end
  end
end

if $PROGRAM_NAME == __FILE__
  begin
    Crawler::Spider.new(ARGV.fetch(0), limit: 10).report
  rescue IndexError
    warn "usage: #{$PROGRAM_NAME} URL"
    exit 1
  ensure
    puts JSON.generate({ done: true, at: Time.now.to_i })
  end
end
