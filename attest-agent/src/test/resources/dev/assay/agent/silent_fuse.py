"""A file system whose answers can be kept back. Arguments: mount point, then OPCODE:NAME of what is
not answered. A line on standard input answers what was kept back; its end ends the server."""
import ctypes, os, select, struct, sys

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS = 1, 2, 3, 14, 15, 17
RELEASE, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 18, 25, 26, 27, 28, 29, 36, 42
DIRECTORIES = {'': ['a', 'd', 'hang', 'many', 'z'], 'd': ['x'], 'many': ['f%d' % i for i in range(20)]}
NODES = [None, ''] + [n for names in DIRECTORIES.values() for n in names]
CONTENT = b'content'

mount_point, silent = sys.argv[1], set(sys.argv[2:])
fuse = os.open('/dev/fuse', os.O_RDWR)
options = 'fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other' % fuse
if ctypes.CDLL(None).mount(b'silent', mount_point.encode(), b'fuse', 0, options.encode()):
    sys.exit(1)
kept = []


def attributes(node):
    directory = NODES[node] in DIRECTORIES
    mode, size = (0o40755, 4096) if directory else (0o100644, len(CONTENT))
    return struct.pack('<6Q10I', node, size, 1, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def reply(unique, data=b'', error=0):
    try:
        os.write(fuse, struct.pack('<IiQ', 16 + len(data), -error, unique) + data)
    except OSError:
        pass


def listing(node, offset, size):
    names, data = DIRECTORIES[NODES[node]], b''
    for i, name in list(enumerate(names))[offset:]:
        entry = struct.pack('<QQII', NODES.index(name), i + 1, len(name), 0) + name.encode()
        entry += b'\0' * (-len(entry) % 8)
        if len(data) + len(entry) > size:
            break
        data += entry
    return data


def handle(opcode, unique, node, body):
    if opcode == LOOKUP:
        name = body.split(b'\0')[0].decode()
        if name not in NODES:
            return reply(unique, error=2)
        found = NODES.index(name)
        return reply(unique, struct.pack('<4Q2I', found, 0, 0, 0, 0, 0) + attributes(found))
    if opcode == GETATTR:
        return reply(unique, struct.pack('<QII', 0, 0, 0) + attributes(node))
    if opcode in (OPEN, OPENDIR):
        return reply(unique, struct.pack('<QII', 0, 0, 0))
    if opcode == READ:
        offset, size = struct.unpack_from('<QI', body, 8)
        return reply(unique, CONTENT[offset:offset + size])
    if opcode == READDIR:
        return reply(unique, listing(node, *struct.unpack_from('<QI', body, 8)))
    if opcode == STATFS:
        return reply(unique, b'\0' * 80)
    if opcode in (RELEASE, RELEASEDIR, FLUSH):
        return reply(unique)
    if opcode not in (FORGET, BATCH_FORGET, INTERRUPT):
        reply(unique, error=38)


print('mounted', flush=True)
while True:
    ready, _, _ = select.select([fuse, sys.stdin], [], [])
    if sys.stdin in ready:
        if not sys.stdin.readline():
            break
        silent = set()
        for request in kept:
            handle(*request)
        kept = []
    if fuse in ready:
        message = os.read(fuse, 1 << 18)
        _, opcode, unique, node = struct.unpack_from('<IIQQ', message)
        body = message[40:]
        name = body.split(b'\0')[0].decode() if opcode == LOOKUP else NODES[node]
        if opcode == INIT:
            reply(unique, struct.pack('<4I2H2I2H8I', 7, 31, 0, 1 << 18, 8, 8, 1 << 16, 1, 32, 0, *[0] * 8))
        elif '%d:%s' % (opcode, name) in silent or '%d:*' % opcode in silent and name.startswith('f'):
            kept.append((opcode, unique, node, body))
        else:
            handle(opcode, unique, node, body)
