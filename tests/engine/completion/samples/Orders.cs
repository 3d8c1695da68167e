using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Shop.Orders;

public enum Status
{
    Open,
    Paid,
    Sent,
}

public record Line(string Product, int Count, decimal Price)
{
    public decimal Total => Count * Price;
}

/// <summary>An order and its lines.</summary>
public class Order
{
    private readonly List<Line> _lines = new();

    public Guid Id { get; } = Guid.NewGuid();
    public Status Status { get; private set; } = Status.Open;
    public string? Note { get; set; }

    public decimal Total => _lines.Sum(line => line.Total);

    public IReadOnlyList<Line> Lines
    {
        get { return _lines; }
    }

    public void Add(Line line)
    {
        if (Status != Status.Open)
        {
            throw new InvalidOperationException($"order {Id} is {Status}");
        }
        else if (line.Count <= 0)
        {
            return;
        }
        _lines.Add(line);
    }

    public async Task<bool> PayAsync(Func<decimal, Task<bool>> charge)
    {
        try
        {
            var paid = await charge(Total);
            Status = paid ? Status.Paid : Status.Open;
            return paid;
        }
        catch (TimeoutException e) when (e.InnerException is null)
        {
            Note = "Zahlung später versuchen";
            return false;
        }
    }

    public override string ToString() => Status switch
    {
        Status.Open => $"{_lines.Count} offen",
        Status.Paid => $"{Total:0.00} € bezahlt",
        _ => "unterwegs",
    };
}

public static class Report
{
    public static IEnumerable<(string Product, int Count)> Best(IEnumerable<Order> orders, int top = 3)
    {
        return orders
            .SelectMany(order => order.Lines)
            .GroupBy(line => line.Product)
            .Select(group => (group.Key, group.Sum(line => line.Count)))
            .OrderByDescending(pair => pair.Item2)
            .Take(top);
    }
}
