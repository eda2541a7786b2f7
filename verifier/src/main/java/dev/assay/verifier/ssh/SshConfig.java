package dev.assay.verifier.ssh;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/// What is offered to a server: what OpenSSH has had since 6.5, and nothing that it has switched
/// off since. sshj's own list goes down to DES, MD5 and SHA-1.
final class SshConfig extends ConfigImpl {
    static {
        // The runtime has all that is offered; a provider registered for one library would be
        // asked by every other.
        SecurityUtils.setRegisterBouncyCastle(false);
    }

    /// Before anything else of the library is touched.
    static void load() {}

    SshConfig() {
        setLoggerFactory(new Silent());
        setVersion("assay");
        setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
        setKeyExchangeFactories(
                List.of(new Curve25519SHA256.Factory(), new Curve25519SHA256.FactoryLibSsh()));
        setKeyAlgorithms(
                List.of(
                        KeyAlgorithms.EdDSA25519(),
                        KeyAlgorithms.RSASHA512(),
                        KeyAlgorithms.RSASHA256()));
        setCipherFactories(
                List.of(GcmCiphers.AES256GCM(), GcmCiphers.AES128GCM(), BlockCiphers.AES256CTR()));
        setMACFactories(List.of(Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm()));
        setCompressionFactories(List.of(new NoneCompression.Factory()));
        setFileKeyProviderFactories(List.of());
        setKeepAliveProvider(KeepAliveProvider.HEARTBEAT);
    }

    /// What went wrong is in the outcome. The library would write it into the verifier's log as
    /// well, with a stack trace for each, in the words of a server that may be an intruder's.
    private static final class Silent implements LoggerFactory {
        @Override
        public Logger getLogger(String name) {
            return NOPLogger.NOP_LOGGER;
        }

        @Override
        public Logger getLogger(Class<?> type) {
            return NOPLogger.NOP_LOGGER;
        }
    }
}
