import Foundation
import SwarmCore

/// Where results go: one line of JSON on standard output.
enum Terminal {
    static func show(_ result: JSON) throws {
        try FileHandle.standardOutput.write(contentsOf: Data((result.text + "\n").utf8))
    }
}
