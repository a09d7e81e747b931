/// What this program is.
package enum Version {
    package static let number = "0.1.0"
    /// The commit of llama.cpp it is built with.
    package static let llamaCpp = "0c1e57098bba"
    package static let text = "swarm \(number) (llama.cpp \(llamaCpp))"
}
