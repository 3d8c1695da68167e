package org.example.ledger;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A list of bookings, and what follows from them. */
public final class Ledger {
    private static final BigDecimal ZERO = BigDecimal.ZERO;

    public record Booking(LocalDate date, String account, BigDecimal amount) {
        public Booking {
            if (account == null || account.isBlank()) {
                throw new IllegalArgumentException("a booking needs an account");
            }
        }
    }

    private final List<Booking> bookings = new ArrayList<>();

    public void add(Booking booking) {
        bookings.add(booking);
    }

    /**
     * The balance of each account, in the order of their names.
     *
     * @return a new map
     */
    public Map<String, BigDecimal> balances() {
        Map<String, BigDecimal> sums = new HashMap<>();
        for (Booking booking : bookings) {
            sums.merge(booking.account(), booking.amount(), BigDecimal::add);
        }
        return sums;
    }

    public Optional<Booking> largest(String account) {
        return bookings.stream()
                .filter(b -> b.account().equals(account))
                .max(Comparator.comparing(Booking::amount));
    }

    public BigDecimal between(LocalDate from, LocalDate to) {
        BigDecimal sum = ZERO;
        for (int i = 0; i < bookings.size(); i++) {
            Booking b = bookings.get(i);
            if (b.date().isBefore(from) || b.date().isAfter(to)) {
                continue;
            }
            sum = sum.add(b.amount());
        }
        return sum;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        try {
            balances().forEach((account, sum) -> {
                out.append(account).append(": ").append(sum).append(" €\n");
            });
        } finally {
            out.append("Einträge: " + bookings.size());
        }
        return out.toString();
    }
}
