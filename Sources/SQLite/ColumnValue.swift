// SPDX-License-Identifier: Apache-2.0

/// A Swift type that stands in one column.
///
/// A type with a raw value that is a `ColumnValue` conforms without code.
@usableFromInline package protocol ColumnValue: Sendable {
    var stored: StoredValue { get }

    /// Fails if the stored value is of another type or out of range.
    init?(stored: StoredValue)
}

extension StoredValue: ColumnValue {
    @inlinable package var stored: StoredValue { self }

    @inlinable package init?(stored: StoredValue) { self = stored }
}

extension Int64: ColumnValue {
    @inlinable package var stored: StoredValue { .integer(self) }

    @inlinable package init?(stored: StoredValue) {
        guard case .integer(let value) = stored else { return nil }
        self = value
    }
}

extension Int: ColumnValue {
    @inlinable package var stored: StoredValue { .integer(Int64(self)) }

    @inlinable package init?(stored: StoredValue) {
        guard case .integer(let value) = stored else { return nil }
        self.init(exactly: value)
    }
}

extension Double: ColumnValue {
    @inlinable package var stored: StoredValue { .real(self) }

    /// An integer is a number too: `coalesce(avg(x), 0)` yields either.
    @inlinable package init?(stored: StoredValue) {
        switch stored {
        case .real(let value): self = value
        case .integer(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension Bool: ColumnValue {
    @inlinable package var stored: StoredValue { .integer(self ? 1 : 0) }

    @inlinable package init?(stored: StoredValue) {
        switch stored {
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension String: ColumnValue {
    @inlinable package var stored: StoredValue { .text(self) }

    @inlinable package init?(stored: StoredValue) {
        guard case .text(let value) = stored else { return nil }
        self = value
    }
}

extension [UInt8]: ColumnValue {
    @inlinable package var stored: StoredValue { .blob(self) }

    @inlinable package init?(stored: StoredValue) {
        guard case .blob(let value) = stored else { return nil }
        self = value
    }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    @inlinable package var stored: StoredValue { self?.stored ?? .null }

    @inlinable package init?(stored: StoredValue) {
        if case .null = stored {
            self = .none
        } else if let value = Wrapped(stored: stored) {
            self = .some(value)
        } else {
            return nil
        }
    }
}

extension ColumnValue where Self: RawRepresentable, RawValue: ColumnValue {
    @inlinable package var stored: StoredValue { rawValue.stored }

    @inlinable package init?(stored: StoredValue) {
        guard let rawValue = RawValue(stored: stored) else { return nil }
        self.init(rawValue: rawValue)
    }
}
